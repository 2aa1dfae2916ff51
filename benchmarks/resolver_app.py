"""The resolver routes as an application serves them, with uvicorn: what the attachments are posted to.

python resolver_app.py PORT CONFIGURATION    (JSON)
"""

from __future__ import annotations

import json
import sys

import uvicorn

from velt_py import AsyncVeltSDK
from velt_py.web.asgi import asgi_app

if __name__ == "__main__":
    port, config = int(sys.argv[1]), json.loads(sys.argv[2])
    app = asgi_app(
        AsyncVeltSDK.initialize(config),
        authenticate=lambda request: "benchmark",
        authorize=lambda principal, access: True,
    )
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning", access_log=False)
