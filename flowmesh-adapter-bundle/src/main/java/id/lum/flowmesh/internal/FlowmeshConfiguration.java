package id.lum.flowmesh.internal;

import id.lum.core.adapter.AdapterConfiguration;
import id.lum.flowmesh.internal.billing.BillingConfiguration;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** The settings of the configuration {@code id.lum.flowmesh}: those of every adapter, and those of billing. */
@ObjectClassDefinition(
        id = FlowmeshAdapter.PID,
        name = "lum.id adapter for FlowMesh",
        description = "Where FlowMesh's grants are kept, what is open beyond them, and who is billed for what.")
interface FlowmeshConfiguration extends AdapterConfiguration, BillingConfiguration {}
