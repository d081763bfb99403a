"""A personal CRM for online relationships. Importing this package does nothing."""

__version__ = "0.1.0"
