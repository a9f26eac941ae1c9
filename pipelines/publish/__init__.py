"""Publishing a finished version to a hub: checked first, written once, visible whole or not at all."""

from licet.pipelines.publish.plan import PlannedFile, PublishPlan, plan_publication
from licet.pipelines.publish.publish import list_versions, publish, resolve
from licet.pipelines.publish.steps import Published

__all__ = ["PlannedFile", "PublishPlan", "Published", "list_versions", "plan_publication", "publish", "resolve"]
