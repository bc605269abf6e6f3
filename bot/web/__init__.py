"""Pages in the browser, for coordinators and members: what chat is too narrow for.

They have no logic of their own: a request becomes a visit of a member, with the same `Context` that chat has; what is
read and done is the features' and the store's; what is shown is a template. They are read without JavaScript. Which
page is for whom stands in one table, `bot.web.routes`.
"""

from bot.web.site import Doors, Pages, site
from bot.web.visit import PREFIX

__all__ = ["PREFIX", "Doors", "Pages", "site"]
