"""The playground's commands.

python -m playground demo [--story] [--host 127.0.0.1] [--port 8000]
python -m playground schema
"""

from __future__ import annotations

import argparse
import os
import sys

from playground.database import NoServerFound, ensure_server


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m playground", description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    demo = commands.add_parser("demo", help="tell a story and serve the shop")
    demo.add_argument("--story", action="store_true", help="only tell the story")
    demo.add_argument("--host", default="127.0.0.1")
    demo.add_argument("--port", type=int, default=8000, help="another free one is taken where it is busy")
    commands.add_parser("schema", help="write saleor_loyalty/graphql/schema.graphql")
    arguments = parser.parse_args(words)

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "playground.settings")
    if arguments.command == "demo":
        try:
            ensure_server()
        except NoServerFound as error:
            print(error, file=sys.stderr)
            return 1
    import django

    django.setup()
    if arguments.command == "demo":
        from playground.demo.run import run_demo

        return run_demo(arguments)
    return write_schema()


def write_schema() -> int:
    from playground.graphql.schema import schema
    from saleor_loyalty.graphql.print_schema import COMMITTED_SCHEMA, print_loyalty_schema

    COMMITTED_SCHEMA.write_text(print_loyalty_schema(schema()), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
