"""The views of `/api/v1/`: each reads, none decides."""
