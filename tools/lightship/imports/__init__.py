"""Catalogs and histories that other tools wrote, carried over: what can be is, and what cannot is named."""
