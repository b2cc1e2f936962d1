# SPDX-License-Identifier: Apache-2.0
"""The fixture world of the contract (contract/README.md, "The fixture world") as a seed file.

Client ids, secrets and app ids are made when the run starts, so that no secret stands in a file."""

import json
import random
import secrets

WORKSPACES = {"T1": "T04QX81RB9C", "T2": "T05A1B2C3D4"}
ENTERPRISES = {"E1": "E06NB3V2KLA"}
USERS = {"U1": "U04R7GH2S1M", "U2": "U06D1R8KQ5V", "U3": "U07G4ST0PQX", "U4": "U05B3K8WZQN"}
CHANNELS = {"#deploys": "C04S8D2FJ5T"}

PLACES = {
    "enterprises": [{"id": "E06NB3V2KLA", "name": "Tidewater Group", "domain": "tidewater"}],
    "workspaces": [
        {"id": "T04QX81RB9C", "name": "Harbor Lights", "domain": "harborlights",
         "channels": [{"id": "C04S8D2FJ5T", "name": "deploys"}]},
        {"id": "T05A1B2C3D4", "name": "Breakwater", "domain": "breakwater", "enterprise": "E06NB3V2KLA"},
    ],
    "users": [
        {"id": "U04R7GH2S1M", "workspace": "T04QX81RB9C", "name": "mira", "real_name": "Mira Olsen",
         "email": "mira@harbor.example.test", "role": "owner"},
        {"id": "U06D1R8KQ5V", "workspace": "T05A1B2C3D4", "name": "teo", "real_name": "Teo Brandt",
         "email": "teo@breakwater.example.test", "role": "org_admin"},
        {"id": "U07G4ST0PQX", "workspace": "T04QX81RB9C", "name": "ana", "real_name": "Ana Guest",
         "email": "ana@harbor.example.test", "role": "guest"},
        {"id": "U05B3K8WZQN", "workspace": "T04QX81RB9C", "name": "lena", "real_name": "Lena Park",
         "email": "lena@harbor.example.test", "role": "member"},
    ],
}

# name: (redirect URLs, what else the manifest holds, what else the app holds)
APPS = {
    "APP": (["https://app.example.test/cb", "https://app.example.test/alt"], {}, {}),
    "BETA": (["https://beta.example.test/cb"], {}, {}),
    "ROT": (["https://rot.example.test/cb"], {"settings": {"token_rotation_enabled": True}}, {}),
    "PUB": (["https://pub.example.test/cb", "http://localhost:3000/cb", "pubapp://auth"],
            {"oauth_config": {"pkce_enabled": True}}, {}),
    "GRID": (["https://grid.example.test/cb"], {"settings": {"org_deploy_enabled": True}}, {}),
    "OPT": (["https://opt.example.test/cb"],
            {"oauth_config": {"scopes": {"bot": ["chat:write", "commands"], "user": ["search:read"],
                                         "bot_optional": ["chat:write", "commands"],
                                         "user_optional": ["search:read"]}}}, {}),
    "OWN": (["https://own.example.test/cb"], {}, {"distributed": False}),
    "BARE": ([], {}, {}),
    "OLD": (["https://old.example.test/cb"], {}, {"classic": True}),
}


def _digits(rng, count):
    return str(rng.randrange(1, 10)) + "".join(str(rng.randrange(10)) for _ in range(count - 1))


def app(name, rng, redirect_urls, manifest=(), **more):
    """A seed file's app with ids and secrets from `rng`."""
    manifest = {"display_information": {"name": name.capitalize()}, **dict(manifest)}
    manifest["oauth_config"] = {"redirect_urls": redirect_urls, **manifest.get("oauth_config", {})}
    return {
        "id": "A0" + "".join(rng.choice("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") for _ in range(9)),
        "client_id": f"{_digits(rng, 10)}.{_digits(rng, 10)}",
        "client_secret": "".join(rng.choice("0123456789abcdef") for _ in range(32)),
        "signing_secret": "".join(rng.choice("0123456789abcdef") for _ in range(32)),
        "workspace": "T04QX81RB9C", "distributed": True, "manifest": manifest, **more,
    }


def apps(seed=None):
    """The fixture apps by name. seed: an integer for the same ids and secrets each time."""
    rng = random.Random(secrets.randbits(64) if seed is None else seed)
    return {name: app(name, rng, urls, manifest, **more) for name, (urls, manifest, more) in APPS.items()}


def write_seed(path, made_apps):
    with open(path, "w", encoding="utf-8") as file:
        json.dump({**PLACES, "apps": list(made_apps.values())}, file, indent=1)
