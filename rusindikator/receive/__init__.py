"""Receives deliveries as their sources send them: reads, checks and lands them. docs/receive.md walks through it."""

from rusindikator.receive.command import add_parser
from rusindikator.receive.findings import Finding, RefusedError, disarm
from rusindikator.receive.landing import recover
from rusindikator.receive.pipeline import receive
from rusindikator.receive.request import Received, Request

__all__ = ["Finding", "Received", "RefusedError", "Request", "add_parser", "disarm", "receive", "recover"]
