"""Publishing: from the marts of the build file to a release that readers open (docs/releases.md)."""

from rusindikator.paths import publish_dir, published_file
from rusindikator.publish.errors import PublishError
from rusindikator.publish.release import prepare_folder, publish_release

__all__ = ["PublishError", "prepare_folder", "publish_dir", "publish_release", "published_file"]
