"""The API reference at `/docs`: guides, and a page for every use of every route; whole without JavaScript, CDN or network.

    routes     what there is to say of a route that its code does not say: use, examples, errors, price
    entries/   the tables: a family a file. Add a row here when you add a route
    guides/    the guides' words, in Markdown; {{price:create}} and the like are filled from the tables (facts)
    fields     a route's fields with type, bounds and default, read from the schema that the route itself checks by
    languages  request samples in fifteen languages; literals: their strings
    openapi    /openapi.json, with the same examples
    tree       the order of the pages, previous and next
    pages      pages as HTML; search: words → pages; site: the routes under /docs

What the application does not serve has no page: an entry is shown when its route, and its `task_type`, exist.
"""
