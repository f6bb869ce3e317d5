"""Prices, pools and the ledger: reserve at submit, then settle or release with the task."""
