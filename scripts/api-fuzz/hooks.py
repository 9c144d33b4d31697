"""What schemathesis cannot know by itself: things that are there, and how a vendor's requests are signed.

FUZZ_KNOWN holds JSON: for a piece of an address, parameters that name something, e.g. {"/assessments/": {"id": ["asm_1"]}}.
FUZZ_API_KEYS and FUZZ_PACKAGES are lists of what is accepted, FUZZ_SETTINGS are settings that fit the Lever account.
FUZZ_SECRET is the secret of a connection with a vendor by the standard contract (whsec_…), where one is asked.
"""

import base64
import hashlib
import hmac
import json
import os
import time
import zlib

import schemathesis

KNOWN = json.loads(os.environ.get("FUZZ_KNOWN", "{}"))
API_KEYS = json.loads(os.environ.get("FUZZ_API_KEYS", "[]"))
SETTINGS = json.loads(os.environ.get("FUZZ_SETTINGS", "{}"))
PACKAGES = json.loads(os.environ.get("FUZZ_PACKAGES", "[]"))
SECRET = os.environ.get("FUZZ_SECRET")


def chosen(drawn, known):
    """Something known in place of two of three drawn values; the same for the same value, so that runs are alike."""
    draw = zlib.crc32(repr(drawn).encode())
    return known[draw // 3 % len(known)] if known and draw % 3 else drawn


@schemathesis.hook
def map_path_parameters(context, path_parameters):
    for piece, parameters in KNOWN.items():
        for name, known in parameters.items():
            if piece in context.operation.path and name in (path_parameters or {}):
                path_parameters[name] = chosen(path_parameters[name], known)
    return path_parameters


@schemathesis.hook
def map_body(context, body):
    """What only a customer, or a vendor, could know."""
    if not isinstance(body, dict):
        return body
    if "package" in body:
        body["package"] = chosen(body["package"], PACKAGES)
    if isinstance(body.get("lever"), dict) and "apiKey" in body["lever"]:
        body["lever"]["apiKey"] = chosen(body["lever"]["apiKey"], API_KEYS)
    settings = body.get("settings")
    if isinstance(settings, dict):
        for name, named in SETTINGS.items():
            if name in settings:
                settings[name] = chosen(settings[name], [named])
    return body


class StandardWebhooks:
    """Signs a request over its bytes as they travel (https://www.standardwebhooks.com)."""

    def __call__(self, request):
        body = request.body or b""
        body = body.encode() if isinstance(body, str) else body
        name, at = "msg_fuzz", str(int(time.time()))
        key = base64.b64decode(SECRET.removeprefix("whsec_"))
        made = hmac.new(key, f"{name}.{at}.".encode() + body, hashlib.sha256).digest()
        request.headers["webhook-id"] = name
        request.headers["webhook-timestamp"] = at
        request.headers["webhook-signature"] = "v1," + base64.b64encode(made).decode()
        return request


if SECRET:
    schemathesis.auth.set_from_requests(StandardWebhooks())
