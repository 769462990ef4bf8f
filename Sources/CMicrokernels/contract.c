#include "zd_microkernels.h"
