"""AWS: access to accounts, by Identity Center."""
