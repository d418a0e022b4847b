"""What stops a release."""


class PublishError(RuntimeError):
    """The release could not be published; the file published before is untouched."""
