/// `report.html`: what a run did, as one page, made of its `run.json` and its journals. Start with
/// [dev.sheaf.page.RunPage].
package dev.sheaf.page;
