"""The parts of the Settings screen: each knows its lines, and what can be done with each of them."""
