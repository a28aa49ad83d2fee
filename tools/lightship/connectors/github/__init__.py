"""GitHub: membership of teams."""
