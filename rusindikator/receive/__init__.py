"""Receives deliveries as their sources send them: reads, checks and lands them. docs/receive.md walks through it."""

from rusindikator.receive.command import add_parser
from rusindikator.receive.landing import recover
from rusindikator.receive.problems import Problem, RefusedError, disarm
from rusindikator.receive.receive import receive
from rusindikator.receive.request import Received, Request

__all__ = ["Problem", "Received", "RefusedError", "Request", "add_parser", "disarm", "receive", "recover"]
