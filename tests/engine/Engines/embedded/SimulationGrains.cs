// Grains for the simulator: one that counts in memory, one that moves amounts between accounts on a disk outside the host.
using Orleans.Concurrency;

namespace OrleansBilling.Engine.Tests;

// Survives every crash, as a disk does.
public sealed class Disk
{
    public Dictionary<string, int> Balances { get; } = [];

    public List<string> Journal { get; } = [];
}

[Alias("sim.IAccountGrain")]
public interface IAccountGrain : IGrainWithStringKey
{
    [Alias("Put")]
    Task<int> Put(int amount);

    [Alias("Move")]
    Task Move(IAccountGrain to, int amount);

    [ReadOnly, Alias("Balance")]
    Task<int> Balance();

    [Alias("TickLater")]
    Task TickLater();
}

[GrainType("sim-account")]
public sealed class AccountGrain(Disk disk) : Grain, IAccountGrain
{
    int balance;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        await Task.Yield();
        balance = disk.Balances.GetValueOrDefault(this.GetPrimaryKeyString());
        disk.Journal.Add($"{this.GetPrimaryKeyString()} loads {balance}");
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        disk.Journal.Add($"{this.GetPrimaryKeyString()} ends {reason.ReasonCode}");
        return Task.CompletedTask;
    }

    public async Task<int> Put(int amount)
    {
        var before = balance;
        await Task.Yield();
        balance = before + amount;
        disk.Balances[this.GetPrimaryKeyString()] = balance;
        disk.Journal.Add($"{this.GetPrimaryKeyString()} has {balance}");
        return balance;
    }

    public async Task Move(IAccountGrain to, int amount)
    {
        await Put(-amount);
        await to.Put(amount);
    }

    public Task<int> Balance() => Task.FromResult(balance);

    public Task TickLater()
    {
        this.RegisterGrainTimer(_ => Put(1), new GrainTimerCreationOptions(TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(10)) { KeepAlive = true });
        return Task.CompletedTask;
    }
}
