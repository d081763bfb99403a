"""What the program does: functions that take a `Work` and return frozen views."""
