package dev.sheaf.table;

/// A column of a table.
///
/// @param words what its values are, for a person
/// @param numeric whether they can be read as numbers
/// @param time whether these are seconds since 1970
/// @param empty whether no value was seen that would tell its kind: then it is numeric
public record TableColumn(
    String name, String words, boolean numeric, boolean time, boolean empty) {}
