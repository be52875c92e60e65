package dev.sheaf.workload;

import com.google.gson.Gson;
import com.google.gson.JsonParseException;
import dev.sheaf.InputException;
import dev.sheaf.array.FileErrors;
import dev.sheaf.array.OutputFile;
import dev.sheaf.tree.DecisionTree;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/// A trained forest, and its file: a JSON object with these names, a tree an object of the arrays
/// of [DecisionTree].
///
/// @param features the columns that it asks for
/// @param target the column that it predicts
/// @param classes the names of the classes
/// @param trees at least one
record ForestModel(
    List<String> features, String target, List<String> classes, List<DecisionTree> trees) {
  static final String NAME = "forest.json";

  /// The class of one row of features: that of the most trees, of equals the lowest.
  int predict(double[] row, int[] votes) {
    Arrays.fill(votes, 0);
    for (DecisionTree tree : trees) {
      votes[tree.predict(row)]++;
    }
    int most = 0;
    for (int c = 1; c < votes.length; c++) {
      most = votes[c] > votes[most] ? c : most;
    }
    return most;
  }

  void write(Path file) {
    OutputFile.write(file, (new Gson().toJson(this) + "\n").getBytes(StandardCharsets.UTF_8));
  }

  /// @throws InputException if the file can't be read, or holds no forest
  static ForestModel read(Path file) {
    try {
      ForestModel model = new Gson().fromJson(Files.readString(file), ForestModel.class);
      if (model != null && model.isWhole()) {
        return model;
      }
    } catch (JsonParseException | IllegalArgumentException | CharacterCodingException _) {
      // Told below. Gson has the second for what is no number.
    } catch (IOException e) {
      throw FileErrors.input(file, "can't be read", e);
    }
    throw new InputException(file + ": not a model that sheaf forest has written, or cut short");
  }

  private boolean isWhole() {
    return features != null
        && target != null
        && classes != null
        && !features.contains(null)
        && !classes.contains(null)
        && trees != null
        && !trees.isEmpty()
        && trees.stream().allMatch(tree -> tree != null && isWhole(tree));
  }

  private boolean isWhole(DecisionTree tree) {
    if (tree.feature() == null
        || tree.threshold() == null
        || tree.left() == null
        || tree.label() == null) {
      return false;
    }
    int nodes = tree.nodes();
    if (nodes == 0
        || tree.threshold().length != nodes
        || tree.left().length != nodes
        || tree.label().length != nodes) {
      return false;
    }
    for (int node = 0; node < nodes; node++) {
      int feature = tree.feature()[node];
      boolean leaf = feature == DecisionTree.LEAF;
      if (feature < DecisionTree.LEAF
          || feature >= features.size()
          || tree.label()[node] < 0
          || tree.label()[node] >= classes.size()
          || !Double.isFinite(tree.threshold()[node])
          || (!leaf && (tree.left()[node] <= node || tree.left()[node] > nodes - 2))) {
        return false;
      }
    }
    return true;
  }
}
