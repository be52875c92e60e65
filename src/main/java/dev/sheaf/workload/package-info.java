/// What is done: the items of each kind of work, what a rank does with one of them, and how the
/// parts are combined. Start with [dev.sheaf.workload.Workload].
package dev.sheaf.workload;
