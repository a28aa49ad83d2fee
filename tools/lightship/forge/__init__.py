"""Who knows of requests and approvals: this repository alone, or GitHub. `lightship.yaml` chooses."""
