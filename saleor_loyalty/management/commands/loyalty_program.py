"""``manage.py loyalty_program list|export|import|publish|pause|resume``: programs as code.

Exit codes: 0 done; 1 refused, the reason on stderr, a rules problem per line with its path; 2 called wrongly.
The command is an edge: it reads the clock and the files, and calls the verbs of ``programs/``.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.transaction import atomic
from django.utils import timezone

from saleor_loyalty import programs
from saleor_loyalty.errors import LoyaltyException, RulesInvalid
from saleor_loyalty.host import get_host
from saleor_loyalty.models import LoyaltyProgram


class Command(BaseCommand):
    help = "List programs, move their rules in and out as YAML, publish, pause and resume them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(
            dest="action", required=True, metavar="list|export|import|publish|pause|resume"
        )
        actions.add_parser("list", help="all programs, one a line")
        export = actions.add_parser("export", help="write the published rules as YAML")
        export.add_argument("slug")
        export.add_argument("--draft", action="store_true", help="the draft instead of the published rules")
        export.add_argument("--output", metavar="FILE", help="instead of standard output")
        load = actions.add_parser("import", help="store a YAML file as the draft; creates the program if need be")
        load.add_argument("slug")
        load.add_argument("file", help="the YAML file, or - for standard input")
        load.add_argument("--name", default="", help="of a program that is created")
        load.add_argument("--publish", action="store_true", help="publish the draft at once")
        for name, text in (
            ("publish", "publish the draft"),
            ("pause", "stop earning and redeeming"),
            ("resume", "let a paused program go on"),
        ):
            actions.add_parser(name, help=text).add_argument("slug")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with get_host().write_context():
                getattr(self, f"do_{options['action']}")(options)
        except RulesInvalid as error:
            lines = "\n".join(f"  {path}: {message}" for path, message in error.problems)
            raise CommandError(f"The rules are not valid. Nothing was written.\n{lines}") from error
        except LoyaltyException as error:
            raise CommandError(f"{error.message} Nothing was written. ({error.code})") from error

    def do_list(self, options: dict[str, Any]) -> None:
        found = LoyaltyProgram.objects.select_related("published_version").prefetch_related("channels", "versions")
        for program in found.order_by("slug"):
            version = f"version {program.published_version.number}" if program.published_version else "unpublished"
            draft = " + draft" if any(each.published_at is None for each in program.versions.all()) else ""
            slugs = sorted(channel.channel_slug for channel in program.channels.all() if channel.is_active)
            self.stdout.write(f"{program.slug}\t{program.status}\t{version}{draft}\t{','.join(slugs)}\t{program.name}")

    def do_export(self, options: dict[str, Any]) -> None:
        text = programs.export_program(self.find(options["slug"]).pk, is_draft=options["draft"])
        if options["output"] is None:
            self.stdout.write(text, ending="")
            return
        try:
            Path(options["output"]).write_text(text, encoding="utf-8")
        except OSError as error:
            raise CommandError(f"{options['output']}: {error.strerror}.") from error

    def do_import(self, options: dict[str, Any]) -> None:
        text = read_text(options["file"])
        # One step: a refused publishing leaves no draft behind.
        with atomic():
            version, warnings = programs.import_program(
                text, slug=options["slug"], name=options["name"], at=timezone.now()
            )
            if options["publish"]:
                version = programs.publish_draft(version.program_id, at=timezone.now())
        for warning in warnings:
            self.stderr.write(f"Warning: {warning.path}: {warning.message}")
        done = "Published" if options["publish"] else "Stored as the draft of"
        self.stdout.write(f"{done} version {version.number} of {options['slug']}.")

    def do_publish(self, options: dict[str, Any]) -> None:
        version = programs.publish_draft(self.find(options["slug"]).pk, at=timezone.now())
        self.stdout.write(f"Published version {version.number} of {options['slug']}.")

    def do_pause(self, options: dict[str, Any]) -> None:
        programs.pause_program(self.find(options["slug"]).pk, at=timezone.now())
        self.stdout.write(f"{options['slug']} is paused.")

    def do_resume(self, options: dict[str, Any]) -> None:
        programs.resume_program(self.find(options["slug"]).pk, at=timezone.now())
        self.stdout.write(f"{options['slug']} is active.")

    def find(self, slug: str) -> LoyaltyProgram:
        program = LoyaltyProgram.objects.filter(slug=slug).first()
        if program is None:
            raise CommandError(f'There is no program with the slug "{slug}".')
        return program


def read_text(file: str) -> str:
    """Return the text of a file, or of standard input for "-"."""
    try:
        return sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8")
    except OSError as error:
        raise CommandError(f"{file}: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise CommandError(f"{file}: is not UTF-8 text.") from error
