"""The playground's commands.

python -m playground demo [--story] [--host 127.0.0.1] [--port 8000]
python -m playground schema [--check]
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
    schema = commands.add_parser("schema", help="write saleor_loyalty/graphql/schema.graphql")
    schema.add_argument("--check", action="store_true", help="only say whether it is up to date")
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
    from playground.graphql.sdl import write_schema

    return write_schema(check=arguments.check)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
