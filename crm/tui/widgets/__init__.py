"""Widgets that receive views and post messages; none of them calls a service."""
