// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/work_control.h"

namespace limbeck {

WorkControl& uninterrupted() {
  static WorkControl control;  // Holds no state, so sharing it is harmless.
  return control;
}

}  // namespace limbeck
