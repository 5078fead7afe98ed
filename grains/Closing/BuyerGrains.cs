// Partners and customers as grains: their definitions, and their part of a close.
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.GrainInterfaces.Closing;
using OrleansBilling.GrainInterfaces.Definitions;
using OrleansBilling.GrainInterfaces.Parties;
using OrleansBilling.Grains.Definitions;
using OrleansBilling.Grains.Parties;

namespace OrleansBilling.Grains.Closing;

/// <summary>A partner.</summary>
[GrainType("partner")]
public sealed class PartnerGrain(DefinitionWriter writer, BuyerClosing closing, BuyerPreview preview, PartyMoving moving) : Grain, IPartnerGrain
{
    /// <inheritdoc/>
    public Task<DefineAnswer> Define(DefineCommand command, CancellationToken cancel) => writer.Write(command, cancel);

    /// <inheritdoc/>
    public Task<CloseSliceAnswer> CloseSlice(CloseSliceCommand command, CancellationToken cancel) => closing.Slice(command, GrainFactory, cancel);

    /// <inheritdoc/>
    public Task<PreviewPage> Preview(PreviewCommand command, CancellationToken cancel) => preview.Page(command, GrainFactory, cancel);

    /// <inheritdoc/>
    public Task<MoveAnswer> Move(MoveCommand command, CancellationToken cancel) => moving.Move(command, GrainFactory, cancel);

    /// <inheritdoc/>
    public Task<bool> CompleteMove(CancellationToken cancel) => moving.Complete(DefinitionKinds.Partner, this.GetPrimaryKeyString(), GrainFactory, cancel);
}

/// <summary>A customer.</summary>
[GrainType("customer")]
public sealed class CustomerGrain(DefinitionWriter writer, BuyerClosing closing, BuyerPreview preview, PartyMoving moving) : Grain, ICustomerGrain
{
    /// <inheritdoc/>
    public Task<DefineAnswer> Define(DefineCommand command, CancellationToken cancel) => writer.Write(command, cancel);

    /// <inheritdoc/>
    public Task<CloseSliceAnswer> CloseSlice(CloseSliceCommand command, CancellationToken cancel) => closing.Slice(command, GrainFactory, cancel);

    /// <inheritdoc/>
    public Task<PreviewPage> Preview(PreviewCommand command, CancellationToken cancel) => preview.Page(command, GrainFactory, cancel);

    /// <inheritdoc/>
    public Task<MoveAnswer> Move(MoveCommand command, CancellationToken cancel) => moving.Move(command, GrainFactory, cancel);

    /// <inheritdoc/>
    public Task<bool> CompleteMove(CancellationToken cancel) => moving.Complete(DefinitionKinds.Customer, this.GetPrimaryKeyString(), GrainFactory, cancel);
}
