"""Argilla's client: ``python take_argilla.py ADDRESS KEY RECORDS OUT``, as our report says it.

Makes the users of NAME-users.json, the dataset of NAME-settings.json, sends the records, and
writes down what the server gives back.
"""

import json
import sys
from pathlib import Path
from uuid import uuid4

import argilla as rg

address, key, records, out = sys.argv[1:]
beside = records.removesuffix(".json")
client = rg.Argilla(api_url=address, api_key=key)
name = f"w{uuid4().hex[:8]}"
workspace = rg.Workspace(name=name, client=client).create()
users = Path(f"{beside}-users.json")
for user in json.loads(users.read_text()) if users.exists() else ():
    if client.users(user["username"]) is None:
        rg.User(**user, password="12345678", role="annotator", client=client).create()  # noqa: S106
    workspace.add_user(user["username"])
settings = rg.Settings.from_json(f"{beside}-settings.json")
dataset = rg.Dataset(name=name, workspace=name, settings=settings, client=client)
dataset.create()
dataset.records.from_json(records)
found = dataset.records(with_responses=True, with_suggestions=True).to_list(flatten=False)
Path(out).write_text(json.dumps(found, default=str), encoding="utf-8")
