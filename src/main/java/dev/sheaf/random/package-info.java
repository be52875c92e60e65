/// Random numbers that are pure functions of (seed, item, draw); rank and thread never enter. Start
/// with [dev.sheaf.random.KeyedRandom].
package dev.sheaf.random;
