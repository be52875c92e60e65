/// What a run leaves in its directory so that nothing is lost when it is killed: `run.json`, and in
/// `journal/` a file of records for each rank and attempt.
///
/// Words: a **run** is one execution of a command line, in one directory; an **attempt** is one
/// start of it, 1 the first, 2 the first resume. Start with [dev.sheaf.journal.Entry].
package dev.sheaf.journal;
