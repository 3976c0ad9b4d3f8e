namespace Tidy.Purity;

/// <summary>
/// Something that pure code may not touch. <see cref="Types"/> is the full name of a type, or a beginning followed by
/// '*'; <see cref="Members"/> narrows it to some members. Each of <see cref="Examples"/> must be refused for it.
/// </summary>
public sealed record BannedApi(string Types, string Instead, params string[] Examples)
{
    /// <summary>What P/Invoke is recorded as: native code has no type to name.</summary>
    public const string NativeCode = "native code";

    private const string Clock = "take the time as an argument (`long nowNs`)";
    private const string Chance = "take a seeded source as an argument";
    private const string Hash = "its value differs from process to process; compare or order by the value itself";
    private const string Shell = "hand effects out as data and let the shell perform them";
    private const string OneThread = "one thread owns one instance, and what is to be done is returned: no task, thread, lock, timer or token";

    public static IReadOnlyList<BannedApi> All { get; } =
    [
        new("System.Threading.*", OneThread,
            "static object Gate = new(); static void M() { lock (Gate) { } }",
            "static System.Threading.Tasks.Task M() => null!;",
            "static async System.Threading.Tasks.ValueTask M() { }",
            "static void M() => new System.Threading.Thread(() => { }).Start();",
            "static void M() => System.Threading.ThreadPool.UnsafeQueueUserWorkItem(_ => { }, null);",
            "static int _n; static void M() => System.Threading.Interlocked.Increment(ref _n);",
            "static int _n; static int M() => System.Threading.Volatile.Read(ref _n);",
            "static System.Threading.Timer? _timer;",
            "static object? M() => System.Threading.SynchronizationContext.Current;",
            "static void M(System.Threading.CancellationToken t) { }"),
        new("System.Runtime.CompilerServices.Async*", OneThread, "static async void M() { }"),
        new("System.Linq.Parallel*", OneThread, "static object M(int[] a) => System.Linq.ParallelEnumerable.AsParallel(a);"),
        new("System.Timers.*", Clock, "static System.Timers.Timer? _timer;"),
        new("System.DateTime", Clock,
            "static object M() => System.DateTime.Now;",
            "static object M() => System.DateTime.UtcNow;",
            "static object M() => System.DateTime.Today;")
        {
            Members = ["get_Now", "get_UtcNow", "get_Today"],
        },
        new("System.DateTimeOffset", Clock, "static object M() => System.DateTimeOffset.Now;", "static object M() => System.DateTimeOffset.UtcNow;")
        {
            Members = ["get_Now", "get_UtcNow"],
        },
        new("System.Diagnostics.Stopwatch", Clock, "static long M() => System.Diagnostics.Stopwatch.GetTimestamp();"),
        new("System.TimeProvider", Clock, "static System.TimeProvider M() => System.TimeProvider.System;"),
        new("System.Environment", Clock, "static long M() => System.Environment.TickCount;", "static long M() => System.Environment.TickCount64;")
        {
            Members = ["get_TickCount", "get_TickCount64"],
        },
        new("System.Random", Chance, "static object M() => new System.Random();", "static object M() => System.Random.Shared;")
        {
            Members = [".ctor()", "get_Shared"],
        },
        new("System.Security.Cryptography.RandomNumberGenerator", Chance, "static object M() => System.Security.Cryptography.RandomNumberGenerator.GetBytes(8);"),
        new("System.Guid", Chance, "static System.Guid M() => System.Guid.NewGuid();", "static System.Guid M() => System.Guid.CreateVersion7();")
        {
            Members = ["NewGuid", "CreateVersion7"],
        },
        new("System.Net.Sockets.*", Shell, "static System.Net.Sockets.Socket? _socket;"),
        new("System.Net.Security.*", Shell, "static System.Net.Security.SslStream? _stream;"),
        new("System.Net.Http.*", Shell, "static System.Net.Http.HttpClient? _client;"),
        new("System.Net.NetworkInformation.*", Shell, "static System.Net.NetworkInformation.Ping? _ping;"),
        new("System.Net.Dns", Shell, "static object M() => System.Net.Dns.GetHostName();"),
        new("System.IO.*", Shell,
            "static void M() => System.IO.File.Delete(\"x\");",
            "static void M() => System.IO.Directory.CreateDirectory(\"x\");",
            "static string M(string x) => System.IO.Path.GetFullPath(x);",
            "static void M(System.IO.FileStream f) { }",
            "static System.IO.Pipelines.Pipe? _pipe;")
        {
            Except = ["System.IO.EndOfStreamException", "System.IO.InvalidDataException"],
        },
        new("System.Console", Shell, "static void M() => System.Console.WriteLine();"),
        new("System.Diagnostics.Process*", Shell, "static void M() => System.Diagnostics.Process.Start(\"x\");"),
        new("Microsoft.Extensions.*", Shell, "static void M(Microsoft.Extensions.Logging.ILogger log) { }"),
        new(NativeCode, Shell, "[System.Runtime.InteropServices.DllImport(\"c\")] static extern int getpid();"),
        new("System.Environment", "take it as an option", "static object? M() => System.Environment.GetEnvironmentVariable(\"x\");")
        {
            Members = ["GetEnvironmentVariable", "GetEnvironmentVariables", "get_ProcessorCount", "get_MachineName", "get_CommandLine"],
        },
        new("System.Globalization.CultureInfo", "name the culture: CultureInfo.InvariantCulture", "static object M() => System.Globalization.CultureInfo.CurrentCulture;")
        {
            Members = ["get_CurrentCulture", "get_CurrentUICulture"],
        },
        new("System.HashCode", Hash, "static int M() => System.HashCode.Combine(1, 2);"),
        new("System.Object", Hash, "static int M(string s) => s.GetHashCode();", "static int M(object s) => s.GetHashCode();")
        {
            Members = ["GetHashCode"],
        },
        new("System.String", Hash, "static int M(string s) => string.GetHashCode(s, System.StringComparison.Ordinal);") { Members = ["GetHashCode"] },
        new("System.StringComparer", Hash, "static int M(string s) => System.StringComparer.Ordinal.GetHashCode(s);") { Members = ["GetHashCode"] },
        new("System.Runtime.CompilerServices.RuntimeHelpers", Hash, "static int M(object o) => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(o);")
        {
            Members = ["GetHashCode"],
        },
    ];

    public string[] Members { get; init; } = [];

    public string[] Except { get; init; } = [];

    public bool Matches(ApiUse use)
    {
        var typeMatches = Types.EndsWith('*')
            ? use.Type.StartsWith(Types[..^1], StringComparison.Ordinal) && !Except.Contains(use.Type)
            : use.Type == Types;
        return typeMatches && (Members.Length == 0 || Members.Any(m => use.Member == m || use.Member == m + "()"));
    }
}
