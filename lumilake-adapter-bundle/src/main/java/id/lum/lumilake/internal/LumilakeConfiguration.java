package id.lum.lumilake.internal;

import id.lum.core.adapter.AdapterConfiguration;
import id.lum.lumilake.internal.optimizer.OptimizerConfiguration;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** The settings of the configuration {@code id.lum.lumilake}: those of every adapter, and those of the optimizer. */
@ObjectClassDefinition(
        id = LumilakeAdapter.PID,
        name = "lum.id adapter for Lumilake",
        description =
                "Where Lumilake's grants are kept, what is open beyond them, and which remote optimizer plans its jobs.")
interface LumilakeConfiguration extends AdapterConfiguration, OptimizerConfiguration {}
