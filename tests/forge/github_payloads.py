"""What GitHub answers, in the shapes of its own OpenAPI, with the parts that nobody reads left plain."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_USER = "events followers following gists organizations received_events repos starred subscriptions"
_REPO = (
    "archive assignees blobs branches collaborators comments commits compare contents contributors deployments "
    "downloads events forks git_commits git_refs git_tags hooks issue_comment issue_events issues keys labels languages "
    "merges milestones notifications pulls releases stargazers statuses subscribers subscription tags teams trees "
    "clone git ssh svn"
)
_COUNTS = (
    "forks forks_count open_issues open_issues_count size stargazers_count watchers watchers_count network_count "
    "subscribers_count"
)
_HAS = (
    "has_downloads has_issues has_projects has_wiki has_pages has_discussions archived disabled fork private"
)


def user(account: Mapping[str, Any] | None, root: str) -> dict[str, Any] | None:
    """An account; None for one that is gone."""
    if account is None:
        return None
    me = f"{root}/users/{account['login']}"
    return {
        "login": account["login"],
        "id": account["id"],
        "type": account["type"],
        "node_id": f"U_{account['id']}",
        "avatar_url": f"{me}/avatar",
        "gravatar_id": "",
        "html_url": me,
        "site_admin": False,
        "url": me,
        **{f"{name}_url": f"{me}/{name}" for name in _USER.split()},
    }


def owner_of_token(account: Mapping[str, Any], root: str) -> dict[str, Any]:
    """Who asks, as they are told of themselves."""
    nothing = dict.fromkeys(["bio", "blog", "company", "email", "hireable", "location", "name"])
    counts = dict.fromkeys(["followers", "following", "public_gists", "public_repos"], 0)
    dates = dict.fromkeys(("created_at", "updated_at"), "2026-01-01T00:00:00Z")
    return {**(user(account, root) or {}), **nothing, **counts, **dates, "user_view_type": "public"}


def repository(id: int, name: str, owner: Mapping[str, Any], root: str) -> dict[str, Any]:
    """A repository."""
    me = f"{root}/repos/{name}"
    return {
        "id": id,
        "node_id": f"R_{id}",
        "name": name.partition("/")[2],
        "full_name": name,
        "owner": user(owner, root),
        "html_url": me,
        "url": me,
        "description": None,
        "default_branch": "main",
        "homepage": None,
        "language": None,
        "license": None,
        "mirror_url": None,
        "created_at": "2026-01-01T00:00:00Z",
        "updated_at": "2026-01-01T00:00:00Z",
        "pushed_at": "2026-01-01T00:00:00Z",
        **dict.fromkeys(_HAS.split(), False),
        **dict.fromkeys(_COUNTS.split(), 0),
        **{f"{each}_url": f"{me}/{each}" for each in _REPO.split()},
    }


def pull(
    held: Mapping[str, Any], base: Mapping[str, Any], head: Mapping[str, Any], root: str
) -> dict[str, Any]:
    """A pull request as lists have it; `base` and `head` are {ref, sha, repo, user}."""
    me = f"{base['repo']['url']}/pulls/{held['number']}"
    links = "comments commits statuses html issue review_comments review_comment self"
    return {
        "id": 9_000 + held["number"],
        "node_id": f"PR_{held['number']}",
        "url": me,
        "number": held["number"],
        "state": held["state"],
        "locked": False,
        "title": held["title"],
        "body": held["body"],
        "user": user(held["user"], root),
        "labels": [],
        "milestone": None,
        "assignee": None,
        "auto_merge": None,
        "author_association": "CONTRIBUTOR",
        "created_at": held["created_at"],
        "updated_at": held["created_at"],
        "closed_at": held["closed_at"],
        "merged_at": held["merged_at"],
        "merge_commit_sha": held["merge_commit_sha"],
        "base": {"label": f"acme:{base['ref']}", **base},
        "head": {"label": f"acme:{head['ref']}", **head},
        "html_url": f"https://github.com/acme/portal/pull/{held['number']}",
        **{
            f"{each}_url": f"{me}/{each}"
            for each in [
                "comments",
                "commits",
                "diff",
                "issue",
                "patch",
                "review_comment",
                "review_comments",
                "statuses",
            ]
        },
        "_links": {each: {"href": f"{me}/{each}"} for each in links.split()},
    }


def whole_pull(short: Mapping[str, Any], commits: int) -> dict[str, Any]:
    """A pull request as it is told alone."""
    counts = dict.fromkeys(("additions", "changed_files", "comments", "deletions", "review_comments"), 0)
    merged = short["merged_at"] is not None
    return {
        **short,
        **counts,
        "commits": commits,
        "mergeable": None,
        "mergeable_state": "unknown",
        "merged": merged,
        "merged_by": short["user"] if merged else None,
        "maintainer_can_modify": False,
    }


def review(held: Mapping[str, Any], pull: str, root: str) -> dict[str, Any]:
    """A review; `pull` is the address of its pull request."""
    return {
        "id": held["id"],
        "node_id": f"PRR_{held['id']}",
        "user": user(held["user"], root),
        "body": held["body"],
        "state": held["state"],
        "submitted_at": held["submitted_at"],
        "commit_id": held["commit_id"],
        "html_url": f"{pull}#pullrequestreview-{held['id']}",
        "pull_request_url": pull,
        "author_association": "NONE",
        "_links": {"html": {"href": pull}, "pull_request": {"href": pull}},
    }


def commit(row: Mapping[str, Any], repo: str, root: str) -> dict[str, Any]:
    """A commit; `row` is {sha, author, committer, message, tree} with (name, email, date, account) for people."""
    me = f"{repo}/commits/{row['sha']}"

    def signature(who: tuple[Any, ...]) -> dict[str, Any]:
        return {"name": who[0], "email": who[1], "date": who[2]}

    return {
        "sha": row["sha"],
        "node_id": f"C_{row['sha'][:8]}",
        "url": me,
        "html_url": me,
        "comments_url": f"{me}/comments",
        "author": user(row["author"][3], root),
        "committer": user(row["committer"][3], root),
        "parents": [],
        "commit": {
            "url": me,
            "author": signature(row["author"]),
            "committer": signature(row["committer"]),
            "message": row["message"],
            "comment_count": 0,
            "tree": {"sha": row["tree"], "url": me},
        },
    }


def file(status: str, path: str, blob: str, repo: str) -> dict[str, Any]:
    """A file that a pull request changes."""
    how = {"A": "added", "M": "modified", "D": "removed", "R": "renamed", "T": "changed"}[status[0]]
    me = f"{repo}/blobs/{blob}"
    numbers = {"additions": 1, "deletions": 0, "changes": 1}
    return {
        "sha": blob,
        "filename": path,
        "status": how,
        "blob_url": me,
        "raw_url": me,
        "contents_url": me,
        **numbers,
    }


def activity(held: Mapping[str, Any], root: str) -> dict[str, Any]:
    """A push."""
    return {**held, "node_id": f"A_{held['id']}", "actor": user(held["actor"], root)}
