// Partners and customers as grains: their definitions, and their part of a close.
using OrleansBilling.GrainInterfaces.Closing;
using OrleansBilling.GrainInterfaces.Definitions;
using OrleansBilling.Grains.Definitions;

namespace OrleansBilling.Grains.Closing;

/// <summary>A partner.</summary>
[GrainType("partner")]
public sealed class PartnerGrain(DefinitionWriter writer, BuyerClosing closing, BuyerPreview preview) : Grain, IPartnerGrain
{
    /// <inheritdoc/>
    public Task<DefineAnswer> Define(DefineCommand command, CancellationToken cancel) => writer.Write(command, cancel);

    /// <inheritdoc/>
    public Task<CloseSliceAnswer> CloseSlice(CloseSliceCommand command, CancellationToken cancel) => closing.Slice(command, GrainFactory, cancel);

    /// <inheritdoc/>
    public Task<PreviewPage> Preview(PreviewCommand command, CancellationToken cancel) => preview.Page(command, GrainFactory, cancel);
}

/// <summary>A customer.</summary>
[GrainType("customer")]
public sealed class CustomerGrain(DefinitionWriter writer, BuyerClosing closing, BuyerPreview preview) : Grain, ICustomerGrain
{
    /// <inheritdoc/>
    public Task<DefineAnswer> Define(DefineCommand command, CancellationToken cancel) => writer.Write(command, cancel);

    /// <inheritdoc/>
    public Task<CloseSliceAnswer> CloseSlice(CloseSliceCommand command, CancellationToken cancel) => closing.Slice(command, GrainFactory, cancel);

    /// <inheritdoc/>
    public Task<PreviewPage> Preview(PreviewCommand command, CancellationToken cancel) => preview.Page(command, GrainFactory, cancel);
}
