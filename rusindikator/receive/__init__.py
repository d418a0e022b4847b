"""Receives deliveries as their sources send them: reads, checks and lands them. docs/receive.md walks through it."""

from rusindikator.files import disarm
from rusindikator.receive.findings import Finding, RefusedError
from rusindikator.receive.landing import recover
from rusindikator.receive.pipeline import receive
from rusindikator.receive.request import Received, Request

__all__ = ["Finding", "Received", "RefusedError", "Request", "disarm", "receive", "recover"]
