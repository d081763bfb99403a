"""What importers are written with: the protocol, the export reader, parsing helpers."""
