"""Argilla's server as it is, on SQLite, with nothing in the place of Elasticsearch and Redis.

``python serve_argilla.py PORT``. Records are stored, checked and listed by the database; what a
search engine and background jobs would do for the screen is left out.
"""

import asyncio
import sys
from types import SimpleNamespace
from unittest.mock import MagicMock

import redis
import rq
from argilla_server.search_engine import SearchEngine

rq.Queue.enqueue_call = lambda *_, **__: SimpleNamespace(id="none", get_status=lambda: "queued")
redis.Redis.ping = lambda *_, **__: True

from argilla_server import _app


class Nothing(MagicMock):
    """A search engine that does as asked and finds nothing."""

    @classmethod
    async def new_instance(cls):
        return cls()

    def __getattr__(self, name):
        if name.startswith("_"):
            return super().__getattr__(name)

        async def do(*_, **__):
            await asyncio.sleep(0)
            return {} if name != "ping" else True

        return do


SearchEngine.registered_classes["nothing"] = Nothing

if __name__ == "__main__":
    import uvicorn

    uvicorn.run(_app.create_server_app(), host="127.0.0.1", port=int(sys.argv[1]))
