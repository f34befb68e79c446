"""The program on an edge box: watches a folder, scans films there, keeps edits, and syncs when there is a network.

Runs without the server's database: it talks HTTP and keeps its own SQLite.
"""
