"""Incidents that other tools kept, read file by file; what cannot be used is named with its place. Every format is a module."""
