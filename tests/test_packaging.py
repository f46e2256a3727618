"""The wheel holds all that the package needs, and nothing of the project around it. Nothing is downloaded."""

from __future__ import annotations

import configparser
import email
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

import saleor_loyalty

PROJECT = Path(__file__).parent.parent
PACKAGE = PROJECT / "saleor_loyalty"
DATA_SUFFIXES = {".mo", ".po", ".pot", ".graphql", ".typed", ".sql"}

# What Saleor 3.21, 3.22, 3.23 and main have locked: the package must not change it.
SALEOR_VERSIONS = {
    "babel": ["2.17.0", "2.18.0"],
    "celery": ["5.5.1", "5.5.3", "5.6.3"],
    "django": ["5.2.17"],
    "graphene": ["2.1.9"],
    "graphql-core": ["2.3.2"],
    "promise": ["2.3"],
    "psycopg": ["3.2.6", "3.2.9", "3.3.4"],
    "pydantic": ["2.11.3", "2.11.9", "2.12.5", "2.13.4"],
    "pyyaml": ["6.0.2", "6.0.3"],
}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> zipfile.ZipFile:
    # A copy, so that a build leaves nothing in the working tree and takes nothing from an earlier one.
    source = tmp_path_factory.mktemp("source")
    for name in ("setup.cfg", "pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(PROJECT / name, source)
    ignore = shutil.ignore_patterns("__pycache__", "*.pyc", "*.egg-info")
    for name in ("saleor_loyalty", "playground", "tests"):
        shutil.copytree(PROJECT / name, source / name, ignore=ignore)
    target = tmp_path_factory.mktemp("wheel")
    done = subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", target, source],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    (built,) = target.glob("*.whl")
    assert built.name == f"saleor_loyalty-{saleor_loyalty.__version__}-py3-none-any.whl"
    return zipfile.ZipFile(built)


def _metadata(wheel: zipfile.ZipFile, name: str) -> str:
    return wheel.read(f"saleor_loyalty-{saleor_loyalty.__version__}.dist-info/{name}").decode()


def test_it_holds_every_module_and_every_data_file_of_the_package(wheel):
    expected = {
        str(path.relative_to(PROJECT))
        for path in PACKAGE.rglob("*")
        if path.is_file() and path.suffix in DATA_SUFFIXES | {".py"}
    }
    packed = {name for name in wheel.namelist() if ".dist-info/" not in name}
    assert packed == expected


def test_it_holds_the_catalogs_the_schema_the_migrations_and_the_type_marker(wheel):
    names = set(wheel.namelist())
    catalogs = {name for name in names if name.endswith(".mo")}
    assert {name.split("/")[2] for name in catalogs} == {"en", "he", "ar", "it"}
    assert {
        "saleor_loyalty/graphql/schema.graphql",
        "saleor_loyalty/migrations/0001_programs.py",
        "saleor_loyalty/py.typed",
        "saleor_loyalty/adapter/plugin.py",
        "saleor_loyalty/management/commands/loyalty_program.py",
    } <= names


def test_there_is_no_file_of_a_kind_that_nobody_packs():
    kinds = {path.suffix for path in PACKAGE.rglob("*") if path.is_file() and "__pycache__" not in path.parts}
    assert kinds <= DATA_SUFFIXES | {".py"}


def test_every_folder_with_modules_is_a_package():
    folders = {path.parent for path in PACKAGE.rglob("*.py")}
    assert [folder for folder in folders if not (folder / "__init__.py").exists()] == []


def test_saleor_finds_the_plugin_by_its_entry_point(wheel):
    entry_points = configparser.ConfigParser()
    entry_points.read_string(_metadata(wheel, "entry_points.txt"))
    assert dict(entry_points["saleor.plugins"]) == {
        # The name goes into INSTALLED_APPS, so it is the package itself.
        "saleor_loyalty": "saleor_loyalty.adapter.plugin:LoyaltyPlugin"
    }
    assert "class LoyaltyPlugin(" in (PACKAGE / "adapter" / "plugin.py").read_text()


def test_its_metadata_says_what_it_runs_on(wheel):
    metadata = email.message_from_string(_metadata(wheel, "METADATA"))
    assert metadata["Version"] == saleor_loyalty.__version__
    assert SpecifierSet(metadata["Requires-Python"]) == SpecifierSet(">=3.11")
    assert set(metadata.get_all("Provides-Extra")) == {"dev", "tryout"}
    assert metadata["License"] == "BSD-3-Clause"
    assert "# saleor_loyalty" in metadata.get_payload()


def test_its_requirements_fit_every_supported_saleor(wheel):
    metadata = email.message_from_string(_metadata(wheel, "METADATA"))
    requirements = [Requirement(text) for text in metadata.get_all("Requires-Dist")]
    needed = {found.name.lower(): found.specifier for found in requirements if "extra ==" not in str(found.marker)}
    assert needed.keys() == SALEOR_VERSIONS.keys()
    misfits = [
        (name, version)
        for name, versions in SALEOR_VERSIONS.items()
        for version in versions
        if version not in needed[name]
    ]
    assert misfits == []
