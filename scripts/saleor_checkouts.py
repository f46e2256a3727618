"""Finds the Saleor checkouts to test against and installs this package into their environments.

A checkout is a directory ``SALEOR_HOME/<version>`` (default ``~/saleor``) with Saleor's source and a ``.venv`` that
has Saleor's dependencies. Nothing inside of the source is written; into the environment goes this package, in
editable form and without its dependencies (Saleor has them), and what the tests need on top.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
VERSIONS = ("3.21", "3.22", "3.23", "main")
SETTINGS = "tests.saleor.settings"
SETTINGS_WITHOUT_LOYALTY = "tests.saleor.settings_without_loyalty"

_INSTALLED = """
import importlib.metadata, importlib.util, sys
spec = importlib.util.find_spec("saleor_loyalty")
names = {entry.name for entry in importlib.metadata.entry_points(group="saleor.plugins")}
sys.exit(0 if spec and spec.origin == sys.argv[1] and "saleor_loyalty" in names else 1)
"""


@dataclass(frozen=True, kw_only=True)
class SaleorCheckout:
    """One Saleor on this machine."""

    version: str
    path: Path

    @property
    def python(self) -> Path:
        return self.path / ".venv" / "bin" / "python"

    @property
    def slug(self) -> str:
        return self.version.replace(".", "_")

    def environment(self, *, database_url: str, settings: str = SETTINGS) -> dict[str, str]:
        """Return the variables under which this Saleor runs with our test settings."""
        return {
            **os.environ,
            "DATABASE_URL": database_url,
            "DATABASE_URL_REPLICA": database_url,
            "DJANGO_SETTINGS_MODULE": settings,
            "PYTHONPATH": f"{PROJECT}{os.pathsep}{self.path}",
            "SALEOR_ROOT": str(self.path),
        }

    def migration_digest(self) -> str:
        """Return a digest of all of Saleor's migrations: the state that a template database holds."""
        return digest_of(self.path.glob("saleor/*/migrations/*.py"), base=self.path)


def digest_of(paths: object, *, base: Path) -> str:
    """Return the first twelve digits of a hash over the names and contents of the files."""
    digest = hashlib.sha256()
    for path in sorted(paths):  # type: ignore[call-overload]
        digest.update(str(path.relative_to(base)).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def find_checkouts(wanted: list[str]) -> tuple[list[SaleorCheckout], list[str]]:
    """Return the checkouts that can be used, and a sentence for each that cannot."""
    home = Path(os.environ.get("SALEOR_HOME", "~/saleor")).expanduser()
    found: list[SaleorCheckout] = []
    skipped: list[str] = []
    for version in wanted or VERSIONS:
        checkout = SaleorCheckout(version=version, path=home / version)
        if not (checkout.path / "saleor" / "settings.py").exists():
            skipped.append(f"Saleor {version}: no checkout at {checkout.path}")
        elif not checkout.python.exists():
            skipped.append(f"Saleor {version}: no environment at {checkout.python}")
        else:
            found.append(checkout)
    return found, skipped


def install_package(checkout: SaleorCheckout) -> None:
    """Install this package into the checkout's environment, unless it is there. Raises CalledProcessError."""
    marker = str(PROJECT / "saleor_loyalty" / "__init__.py")
    check = [str(checkout.python), "-c", _INSTALLED, marker]
    # From another directory: the project's own one would be found whether it is installed or not.
    if subprocess.run(check, cwd=checkout.path.parent, check=False).returncode == 0:
        return
    command = [sys.executable, "-m", "pip", "--python", str(checkout.python), "install", "--quiet"]
    command += ["--disable-pip-version-check", "--no-deps", "--editable", str(PROJECT)]
    subprocess.run(command, check=True, cwd=checkout.path.parent)
    subprocess.run(check, cwd=checkout.path.parent, check=True)
