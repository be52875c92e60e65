/// How much where: schedules, the partition of items over ranks and threads, and outcomes in item
/// order. Start with [dev.sheaf.map.OrderedMap].
package dev.sheaf.map;
