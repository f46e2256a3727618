"""Everything that knows Saleor. No other package imports ``saleor``; ``tests/test_architecture.py`` holds it.

``host.py`` implements the port of ``saleor_loyalty/host.py`` and only delegates; each other file owns one idea.
Differences between Saleor 3.21, 3.22, 3.23 and main are handled in the file that meets them.
"""
