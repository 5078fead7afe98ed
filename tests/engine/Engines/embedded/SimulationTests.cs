// The deterministic mode: repeatable runs, time, and every fault on demand.
using Microsoft.Extensions.DependencyInjection;
using OrleansBilling.Embedded;

namespace OrleansBilling.Engine.Tests;

public sealed class SimulationTests
{
    static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    static SimulatedEngine Simulate(int seed, Disk disk)
        => new(seed, services => services.AddSingleton(disk), new ManualTimeProvider(Start), typeof(AccountGrain).Assembly);

    static IAccountGrain Account(SimulatedEngine simulation, string key) => simulation.Grains.GetGrain<IAccountGrain>(key);

    static (ulong Fingerprint, string Journal) Moves(int seed)
    {
        var disk = new Disk();
        using var simulation = Simulate(seed, disk);
        simulation.Run(() => Task.WhenAll(Enumerable.Range(0, 20).Select(i
            => Account(simulation, $"a{i % 4}").Move(Account(simulation, $"z{i % 3}"), i))));
        return (simulation.Fingerprint, string.Join('\n', disk.Journal));
    }

    [Fact]
    public void the_same_seed_is_the_same_run()
    {
        for (var seed = 0; seed < 20; seed++) Moves(seed).ShouldBe(Moves(seed));
    }

    [Fact]
    public void other_seeds_are_other_orders()
        => Enumerable.Range(0, 50).Select(seed => Moves(seed).Journal).Distinct().Count().ShouldBeGreaterThan(45);

    [Fact]
    public void in_every_order_nothing_is_lost()
    {
        for (var seed = 0; seed < 50; seed++)
        {
            var disk = new Disk();
            using var simulation = Simulate(seed, disk);
            simulation.Run(() => Task.WhenAll(Enumerable.Range(0, 30).Select(_ => Account(simulation, "one").Put(1))));
            disk.Balances["one"].ShouldBe(30, $"seed {seed}");
        }
    }

    [Fact]
    public void a_dropped_message_times_out_without_effect()
    {
        var disk = new Disk();
        using var simulation = Simulate(1, disk);
        simulation.Fates = message => message.Method.EndsWith("Put", StringComparison.Ordinal) ? Fate.Drop : Fate.Deliver;
        simulation.Run(() => Should.ThrowAsync<TimeoutException>(Account(simulation, "a").Put(1)));
        disk.Balances.ShouldBeEmpty();
        (simulation.Clock.GetUtcNow() - Start).ShouldBeInRange(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(11));
    }

    [Fact]
    public void a_lost_answer_times_out_with_its_effect()
    {
        var disk = new Disk();
        using var simulation = Simulate(1, disk);
        simulation.Fates = _ => Fate.LoseAnswer;
        simulation.Run(() => Should.ThrowAsync<TimeoutException>(Account(simulation, "a").Put(1)));
        disk.Balances["a"].ShouldBe(1);
    }

    [Fact]
    public void a_doubled_message_is_executed_twice()
    {
        var disk = new Disk();
        using var simulation = Simulate(1, disk);
        var first = true;
        simulation.Fates = _ => first && !(first = false) ? Fate.Duplicate : Fate.Deliver;
        simulation.Run(() => Account(simulation, "a").Put(1));
        simulation.RunUntilIdle();
        disk.Balances["a"].ShouldBe(2);
    }

    [Fact]
    public void a_crashed_activation_forgets_what_it_had_not_stored_and_says_no_farewell()
    {
        var disk = new Disk();
        using var simulation = Simulate(1, disk);
        simulation.Run(() => Account(simulation, "a").Put(5));
        disk.Balances["a"] = 3;
        simulation.Crash(Account(simulation, "a"));
        simulation.Run(async () => (await Account(simulation, "a").Balance()).ShouldBe(3));
        disk.Journal.ShouldBe(["a loads 0", "a has 5", "a loads 3"]);
    }

    [Fact]
    public void callers_of_a_crashed_activation_hear_of_it()
    {
        using var simulation = Simulate(1, new Disk());
        var put = simulation.Start(() => Account(simulation, "a").Put(5));
        while (simulation.CountActivations(Account(simulation, "a")) == 0) simulation.StepOnce();
        simulation.Crash(Account(simulation, "a"));
        simulation.Run(() => Should.ThrowAsync<SiloUnavailableException>(put));
    }

    [Fact]
    public void a_crash_of_the_host_takes_services_and_grains_but_not_the_disk()
    {
        var disk = new Disk();
        var built = 0;
        using var simulation = new SimulatedEngine(
            1, services => { services.AddSingleton(disk); built++; }, new ManualTimeProvider(Start), typeof(AccountGrain).Assembly);
        simulation.Run(() => Account(simulation, "a").Put(5));
        var loops = 0;
        _ = simulation.StartOnHost(async () =>
        {
            while (true)
            {
                await Task.Delay(TimeSpan.FromMinutes(1), simulation.Clock);
                loops++;
            }
        });
        simulation.Advance(TimeSpan.FromMinutes(3));
        simulation.CrashHost();
        simulation.Advance(TimeSpan.FromMinutes(3));
        loops.ShouldBe(3);
        built.ShouldBe(2);
        simulation.Run(async () => (await Account(simulation, "a").Balance()).ShouldBe(5));
        disk.Journal.ShouldBe(["a loads 0", "a has 5", "a loads 5"]);
    }

    [Fact]
    public void two_activations_of_one_grain_lose_updates_for_some_seed()
    {
        // What the journal's key must prevent in the product; here nothing does, so the simulator must be able to show it.
        var lost = Enumerable.Range(0, 30).Count(seed =>
        {
            var disk = new Disk();
            using var simulation = Simulate(seed, disk);
            simulation.Run(() => Account(simulation, "a").Put(1));
            simulation.SpawnSecondActivation(Account(simulation, "a"));
            simulation.Run(() => Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Account(simulation, "a").Put(1))));
            return disk.Balances["a"] < 11;
        });
        lost.ShouldBeGreaterThan(20);
    }

    [Fact]
    public void the_second_activation_remains_when_the_older_ends()
    {
        var disk = new Disk();
        using var simulation = Simulate(1, disk);
        simulation.Run(() => Account(simulation, "a").Put(1));
        simulation.SpawnSecondActivation(Account(simulation, "a"));
        simulation.RunUntilIdle();
        simulation.CountActivations(Account(simulation, "a")).ShouldBe(2);
        simulation.EndSecondActivation(Account(simulation, "a"));
        simulation.RunUntilIdle();
        simulation.CountActivations(Account(simulation, "a")).ShouldBe(1);
        disk.Journal.ShouldBe(["a loads 0", "a has 1", "a loads 1", "a ends DuplicateActivation"]);
    }

    [Fact]
    public void timers_tick_at_their_instants_however_far_the_clock_jumps()
    {
        var disk = new Disk();
        using var simulation = Simulate(1, disk);
        simulation.Run(() => Account(simulation, "a").TickLater());
        simulation.Advance(TimeSpan.FromDays(31));
        disk.Balances["a"].ShouldBe(31 * 24 * 6);
    }

    [Fact]
    public void work_from_a_foreign_thread_fails_the_run()
    {
        using var simulation = Simulate(1, new Disk());
        Should.Throw<InvalidOperationException>(() => simulation.Run(async () =>
        {
            var answer = new TaskCompletionSource();
            var waiting = Wait(answer.Task);
            var foreign = new Thread(answer.SetResult);
            foreign.Start();
            foreign.Join();
            await waiting;
        })).Message.ShouldContain("outside");

        static async Task Wait(Task task) => await task;
    }

    [Fact]
    public void a_client_nobody_will_ever_wake_is_reported()
    {
        using var simulation = Simulate(1, new Disk());
        Should.Throw<SimulationStuckException>(() => simulation.Run(() => new TaskCompletionSource().Task));
    }
}
