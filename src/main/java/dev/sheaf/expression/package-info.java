/// Expressions over the columns of a table, `tip_amount / fare_amount`, computed for a batch of
/// rows at a time. Start reading at [dev.sheaf.expression.Expression]. A leaf: it uses nothing
/// above it.
package dev.sheaf.expression;
