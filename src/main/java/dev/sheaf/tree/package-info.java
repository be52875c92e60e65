/// Classification trees, grown exactly: CART with the Gini index. Leaf: uses nothing of the others.
package dev.sheaf.tree;
