"""Renders chats with Jinja itself, in an environment like that of Hugging Face's transformers.

Reads from standard input a JSON list of {"template", "variables", "messages", "add_generation_prompt"}; writes a JSON
list of {"text"} or {"refused"}. Run by make-chat-goldens.mjs; needs the Python package jinja2.
"""
import datetime
import json
import re
import sys

import jinja2
from jinja2.sandbox import ImmutableSandboxedEnvironment


class Refusal(Exception):
    pass


def refuse(message):
    raise Refusal(message)


def to_json(value, ensure_ascii=False, indent=None, separators=None, sort_keys=False):
    return json.dumps(value, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)


DATE = datetime.datetime(2024, 7, 26, 12)

environment = ImmutableSandboxedEnvironment(
    trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.loopcontrols"]
)
environment.filters["tojson"] = to_json
environment.globals["raise_exception"] = refuse
environment.globals["strftime_now"] = DATE.strftime


def render(chat):
    # The marks of transformers' own extension print nothing.
    template = re.sub(r"\{%([-+]?)\s*generation\s*([-+]?)%\}", r"{%\1 if true \2%}", chat["template"])
    template = re.sub(r"\{%([-+]?)\s*endgeneration\s*([-+]?)%\}", r"{%\1 endif \2%}", template)
    variables = {"tools": None, "documents": None, **chat["variables"]}
    try:
        text = environment.from_string(template).render(
            messages=chat["messages"], add_generation_prompt=chat["add_generation_prompt"], **variables
        )
    except Refusal as error:
        return {"refused": str(error)}
    return {"text": text}


json.dump([render(chat) for chat in json.load(sys.stdin)], sys.stdout)
