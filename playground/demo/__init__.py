"""The demo: sample data, a told story, and a server with an explorer page."""
